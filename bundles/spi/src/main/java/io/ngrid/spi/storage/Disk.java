package io.ngrid.spi.storage;

import java.io.IOException;
import java.util.List;

/**
 * A directory tree on a disk: the one door to files. Real in production, simulated under test. Paths are relative to its
 * root, with {@code /} between names.
 *
 * <p>What is written is durable only after {@link DiskFile#force}, and a file, a rename or a deletion only after
 * {@link #forceDirectory} of its directory. Called only by private threads that nobody interrupts [D4].
 */
public interface Disk extends AutoCloseable {
    /**
     * Opens a file for reading and writing.
     *
     * @param path the file
     * @param create whether to make it if missing
     * @return the file
     * @throws java.nio.file.NoSuchFileException if it is missing and {@code create} is false
     * @throws IOException if it cannot be opened
     */
    DiskFile open(String path, boolean create) throws IOException;

    /**
     * Whether a file or directory exists.
     *
     * @param path the path
     * @return true if it does
     * @throws IOException if that cannot be found out
     */
    boolean exists(String path) throws IOException;

    /**
     * Names in a directory, sorted.
     *
     * @param directory the directory, empty for the root
     * @return the names; empty if there is no such directory
     * @throws IOException if it cannot be read
     */
    List<String> list(String directory) throws IOException;

    /**
     * Makes a directory and those above it, with owner-only rights, if missing.
     *
     * @param directory the directory
     * @throws IOException if that fails
     */
    void createDirectory(String directory) throws IOException;

    /**
     * Gives a file another name in one step, replacing a file of that name.
     *
     * @param from the file
     * @param to its new path
     * @throws IOException if that fails
     */
    void rename(String from, String to) throws IOException;

    /**
     * Deletes a file or an empty directory; does nothing if it is missing.
     *
     * @param path the path
     * @throws IOException if that fails
     */
    void delete(String path) throws IOException;

    /**
     * Makes the entries of a directory durable.
     *
     * @param directory the directory, empty for the root
     * @throws IOException if that fails
     */
    void forceDirectory(String directory) throws IOException;

    /**
     * Locks the tree for this process until {@link #close}.
     *
     * @param path name of the lock file
     * @return false if another process, or another instance in this one, holds it
     * @throws IOException if the lock file cannot be made
     */
    boolean lock(String path) throws IOException;

    /**
     * Space that may still be written.
     *
     * @return the space, in bytes
     * @throws IOException if that cannot be found out
     */
    long usableBytes() throws IOException;

    /**
     * Where the tree is, for messages.
     *
     * @return its path
     */
    String root();

    /** Gives up the lock. Open files are closed by their owners. */
    @Override
    void close() throws IOException;
}
