package io.ngrid.benchmarks;

import java.util.List;
import java.util.function.Consumer;

/** A store of byte arrays under test, open in a directory of its own. Safe for any number of threads. */
public interface Store extends AutoCloseable {
    /**
     * Appends an element; on return it is as durable as the contender promises.
     *
     * @param body the element, not changed afterwards
     * @throws Exception if it fails
     */
    void append(byte[] body) throws Exception;

    /**
     * Appends elements in one call, with the store's own means for that.
     *
     * @param bodies the elements
     * @throws Exception if it fails
     */
    void appendAll(List<byte[]> bodies) throws Exception;

    /**
     * Reads all elements in their order, from a store just opened.
     *
     * @param each sees each element
     * @throws Exception if it fails
     */
    void scan(Consumer<byte[]> each) throws Exception;

    /**
     * Fsyncs made by native code, that the JVM does not see.
     *
     * @return how many so far
     */
    default long nativeSyncs() {
        return 0;
    }

    @Override
    void close() throws Exception;
}
