package io.ngrid.spi.storage;

/** What a node keeps of one replicated log: vote, log, checkpoints, bodies of queue elements. */
public interface Group extends AutoCloseable {
    /**
     * The vote.
     *
     * @return its store
     */
    VoteStore votes();

    /**
     * The log.
     *
     * @return the log, recovered
     */
    ChangeLog log();

    /**
     * The checkpoints.
     *
     * @return their store
     */
    Checkpoints checkpoints();

    /**
     * The bodies of queue elements, as the latest checkpoint has them; replay brings the rest.
     *
     * @return their store
     */
    Bodies bodies();

    /**
     * What it takes on disk.
     *
     * @return log, checkpoints and bodies together, in bytes
     */
    long diskBytes();

    /** Closes all files. What was not flushed is lost. */
    @Override
    void close();
}
