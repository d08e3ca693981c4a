package io.ngrid.transport.wire;

import io.ngrid.spi.message.Message;

/** What one frame says. All but {@link Payload} stay between two transports. */
public sealed interface Frame permits Handshake, Ready, Refused, PeerUpdate, Frame.Payload {
    /**
     * A message for the node.
     *
     * @param message the message
     */
    record Payload(Message message) implements Frame {}

    /**
     * A frame as it came.
     *
     * @param frame the frame
     * @param bytes its size, header included
     */
    record Received(Frame frame, int bytes) {}
}
