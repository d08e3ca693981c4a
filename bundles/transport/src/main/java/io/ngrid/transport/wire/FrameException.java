package io.ngrid.transport.wire;

import io.netty.handler.codec.DecoderException;

/** Bytes that are no frame of ours. The connection that carried them is closed. */
public final class FrameException extends DecoderException {
    private static final long serialVersionUID = 1L;

    public FrameException(String message) {
        super(message);
    }

    public FrameException(String message, Throwable cause) {
        super(message, cause);
    }
}
