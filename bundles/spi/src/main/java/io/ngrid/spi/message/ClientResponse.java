package io.ngrid.spi.message;

/**
 * CLIENT_RESPONSE: the leader answers a proxy, or wakes it. The body's layout belongs to the node bundle.
 *
 * @param body the response
 */
public record ClientResponse(byte[] body) implements Message {}
