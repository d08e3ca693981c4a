package io.ngrid.spi.message;

/**
 * CLIENT_REQUEST: a proxy asks the leader. The body's layout belongs to the node bundle.
 *
 * @param body the request
 */
public record ClientRequest(byte[] body) implements Message {}
