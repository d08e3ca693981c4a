package io.ngrid.node.loop;

import io.ngrid.api.NodeClosedException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads files of a node when asked to, one time at a time, on a lane that lives no longer than that. Event loop only. */
final class Verification {
    private final Lanes lanes;
    private final Lane loop;
    private @Nullable Lane lane;
    private volatile boolean closed;

    Verification(Lanes lanes, Lane loop) {
        this.lanes = lanes;
        this.loop = loop;
    }

    /**
     * Begins one.
     *
     * @param files reads the files; is given what it has to tell each one to before it reads it
     * @param answer told what was found
     */
    <T> void begin(Function<Consumer<String>, T> files, CompletableFuture<T> answer) {
        if (lane != null) {
            answer.completeExceptionally(new IllegalStateException("the files are being verified already: try later"));
            return;
        }
        Lane started = lanes.start("verify", now -> Long.MAX_VALUE, answer::completeExceptionally);
        lane = started;
        started.execute(() -> {
            try {
                answer.complete(files.apply(this::reads));
            } finally {
                loop.execute(this::close);
            }
        });
    }

    private void reads(String file) {
        if (closed) {
            throw new NodeClosedException("the node was closed while " + file + " was to be read");
        }
    }

    /** Before the storage is closed: returns when nothing is read any more. */
    void end() {
        closed = true;
        close();
    }

    private void close() {
        Lane present = lane;
        lane = null;
        if (present != null) {
            present.stop();
        }
    }
}
