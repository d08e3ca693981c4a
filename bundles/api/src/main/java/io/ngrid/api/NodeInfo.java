package io.ngrid.api;

/**
 * A node and the address at which it listens. The address may change from one start to the next, the ID may not.
 *
 * @param id the node's ID
 * @param host host name or address, without brackets for IPv6
 * @param port TCP port, 1 to 65535
 */
public record NodeInfo(NodeId id, String host, int port) {
    /**
     * Checks the address.
     *
     * @throws ConfigurationException if the host is empty or the port out of range
     */
    public NodeInfo {
        if (host.isBlank()) {
            throw new ConfigurationException("node " + id + " has an empty host");
        }
        if (port < 1 || port > 65_535) {
            throw new ConfigurationException("node " + id + " has port " + port + "; allowed: 1 to 65535");
        }
    }

    /**
     * Reads the text form, for example {@code node-1@127.0.0.1:7401} or {@code node-1@[::1]:7401}.
     *
     * @param text the text form
     * @return the node
     * @throws ConfigurationException if the text is not of that form
     */
    public static NodeInfo parse(String text) {
        int at = text.indexOf('@');
        int colon = text.lastIndexOf(':');
        if (at < 1 || colon < at + 2) {
            throw new ConfigurationException("'" + text + "' is not a node; expected id@host:port");
        }
        String host = text.substring(at + 1, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new ConfigurationException("'" + text + "' has no valid port; expected id@host:port", e);
        }
        return new NodeInfo(new NodeId(text.substring(0, at)), host, port);
    }

    /** The text form that {@link #parse} reads. */
    @Override
    public String toString() {
        return id + "@" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
