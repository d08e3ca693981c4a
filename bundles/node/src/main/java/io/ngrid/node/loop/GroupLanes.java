package io.ngrid.node.loop;

import io.ngrid.spi.storage.ChangeLog;
import java.util.function.Consumer;

/**
 * The lanes of one group: log writer, apply, checkpoint, reader. The event loop's is the node's.
 *
 * @param loop the event loop
 * @param writer flushes the log
 * @param apply applies committed entries
 * @param checkpoint writes checkpoints, watches the space on the disk
 * @param reader reads bodies that are not in memory
 * @param lanes where they come from
 */
record GroupLanes(Lane loop, Lane writer, Lane apply, Lane checkpoint, Lane reader, Lanes lanes) {
    /** Makes them. */
    @FunctionalInterface
    interface Factory {
        /**
         * Starts the lanes.
         *
         * @param log the log
         * @param checkpointing the checkpoints
         * @param space watches the disk's space
         * @param flushed told, on the event loop, what became durable
         * @return the lanes
         */
        GroupLanes start(ChangeLog log, Checkpointing checkpointing, SpaceWatch space, Flushed flushed);
    }

    /** Hears what became durable. */
    @FunctionalInterface
    interface Flushed {
        /**
         * The log is durable up to a ticket.
         *
         * @param ticket the ticket
         * @param nowNanos monotonic time
         */
        void flushed(long ticket, long nowNanos);
    }

    static Factory on(Lane loop, Lanes lanes, Consumer<Throwable> failed) {
        return (log, checkpointing, space, flushed) -> {
            Lane checkpoint = lanes.start(
                    "checkpoint", now -> Math.min(checkpointing.publishIfDurable(now), space.tick(now)), failed);
            LogWriter writer = new LogWriter(log, ticket -> {
                loop.execute(() -> flushed.flushed(ticket, lanes.nanoTime()));
                checkpoint.wake();
            });
            return new GroupLanes(
                    loop,
                    lanes.start("log", writer::run, failed),
                    lanes.start("apply", now -> Long.MAX_VALUE, failed),
                    checkpoint,
                    lanes.start("reader", now -> Long.MAX_VALUE, failed),
                    lanes);
        };
    }

    long nanoTime() {
        return lanes.nanoTime();
    }

    /** What was applied or appended is finished first; the log is flushed last. */
    void stop() {
        apply.stop();
        reader.stop();
        checkpoint.stop();
        writer.stop();
    }
}
