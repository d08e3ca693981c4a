package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/**
 * Where a peer may be reached. Its ID is learnt by handshake; one given here is only checked against it.
 *
 * @param id the expected node ID, or null
 * @param host host name or address, without brackets for IPv6
 * @param port TCP port, 1 to 65535
 */
public record PeerAddress(@Nullable NodeId id, String host, int port) {
    /**
     * Checks the address.
     *
     * @throws ConfigurationException if the host is empty or the port out of range
     */
    public PeerAddress {
        if (host.isBlank() || host.indexOf('@') >= 0) {
            throw new ConfigurationException(
                    "peer host '" + host + "' is not allowed; expected host:port or id@host:port");
        }
        if (port < 1 || port > 65_535) {
            throw new ConfigurationException("peer " + host + " has port " + port + "; allowed: 1 to 65535");
        }
    }

    /**
     * Reads {@code host:port}, {@code [v6]:port}, or one of them after {@code id@}.
     *
     * @param text the text
     * @return the address
     * @throws ConfigurationException if the text is not of that form
     */
    public static PeerAddress parse(String text) {
        int at = text.indexOf('@');
        NodeId id = at < 0 ? null : new NodeId(text.substring(0, at));
        int colon = text.lastIndexOf(':');
        if (colon <= at + 1) {
            throw new ConfigurationException("peer '" + text + "' has no port; expected host:port or id@host:port");
        }
        String host = text.substring(at + 1, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new PeerAddress(id, host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new ConfigurationException("peer '" + text + "' has no valid port; expected host:port", e);
        }
    }

    /** The text form that {@link #parse} reads. */
    @Override
    public String toString() {
        return (id == null ? "" : id + "@") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
