package io.ngrid.transport;

import io.ngrid.spi.transport.Transport;
import io.ngrid.spi.transport.TransportFactory;
import io.ngrid.spi.transport.TransportListener;
import io.ngrid.spi.transport.TransportOptions;
import org.osgi.service.component.annotations.Component;

/** Makes transports over TCP. */
@Component(service = TransportFactory.class)
public final class NettyTransportFactory implements TransportFactory {
    /** For OSGi and ServiceLoader. */
    public NettyTransportFactory() {}

    @Override
    public Transport create(TransportOptions options, TransportListener listener) {
        return new NettyTransport(options, listener);
    }
}
