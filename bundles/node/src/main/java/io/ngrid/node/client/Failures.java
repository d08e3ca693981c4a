package io.ngrid.node.client;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NGridException;
import io.ngrid.api.NoQuorumException;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OverloadedException;
import io.ngrid.api.StorageFullException;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Result;
import org.jspecify.annotations.Nullable;

/** What the state's refusals look like to callers. All are definite: a refused operation has no effect. */
final class Failures {
    private Failures() {}

    static NGridException exception(Result.Reason reason, String message) {
        return switch (reason) {
            case OTHER_SETTINGS -> new ConfigurationException(message);
            case STORAGE_FULL -> new StorageFullException("not executed: " + message);
            case UNKNOWN_NAME, BAD_COMMAND -> new NotExecutedException("not executed: " + message);
        };
    }

    /** An operation that was not sent because its queue or map could not be created: definite, for the same reason. */
    static NGridException notCreated(@Nullable Throwable error) {
        String message = "not executed: the queue or map could not be created first: "
                + (error == null ? "no answer" : error.getMessage());
        if (error instanceof NoQuorumException) {
            return new NoQuorumException(message, error);
        }
        if (error instanceof OverloadedException) {
            return new OverloadedException(message, error);
        }
        if (error instanceof NodeClosedException) {
            return new NodeClosedException(message, error);
        }
        return new NotExecutedException(message, error);
    }

    /** The result, as the type that belongs to the operation. */
    static <T extends Result> T expect(Class<T> type, GridClient.Done done) {
        if (done.result() instanceof Result.Failed failed) {
            throw exception(failed.reason(), failed.message());
        }
        if (!type.isInstance(done.result())) {
            throw new IllegalStateException("expected " + type.getSimpleName() + ", got " + done.result());
        }
        return type.cast(done.result());
    }

    /** The answer, as the type that belongs to the query. */
    static <T extends Answer> T expect(Class<T> type, GridClient.Read read) {
        if (read.answer() instanceof Answer.Failed failed) {
            throw exception(failed.reason(), failed.message());
        }
        if (!type.isInstance(read.answer())) {
            throw new IllegalStateException("expected " + type.getSimpleName() + ", got " + read.answer());
        }
        return type.cast(read.answer());
    }
}
