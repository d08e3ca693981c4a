package io.ngrid.transport.wire;

/**
 * READY, ends the handshake. The node with the lower ID asks with it for a connection that it opened; the one with the
 * higher ID, which alone decides which connection of the pair stays, confirms one with it.
 *
 * @param decision from the higher ID: number of its decision, rising within an instance. From the lower ID: the highest
 *     decision seen of this instance, 0 for none; the connection that it stood for is gone
 */
public record Ready(long decision) implements Frame {}
