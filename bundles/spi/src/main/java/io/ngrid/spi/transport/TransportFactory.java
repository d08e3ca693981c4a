package io.ngrid.spi.transport;

/** Makes transports; a service in OSGi, found by ServiceLoader without. */
public interface TransportFactory {
    /**
     * Makes a transport, not yet started.
     *
     * @param options its settings
     * @param listener hears what comes
     * @return the transport
     */
    Transport create(TransportOptions options, TransportListener listener);
}
