package io.ngrid.services;

import java.lang.reflect.Proxy;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** Gives each bundle its own service object, with codecs of its own classes; nothing of it is kept here. */
final class ConsumerServices implements ServiceFactory<Object> {
    private final GridObject<?> object;
    private final CurrentNode nodes;

    ConsumerServices(GridObject<?> object, CurrentNode nodes) {
        this.object = object;
        this.nodes = nodes;
    }

    @Override
    public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
        return serviceFor(Consumer.of(bundle));
    }

    Object serviceFor(Consumer consumer) {
        Class<?> type = object.kind().service();
        OpenObject<?> target = new OpenObject<>(object, consumer);
        nodes.register(target);
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new WaitingCalls(target, nodes));
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<Object> registration, Object service) {
        // The consumer held the only reference.
    }
}
