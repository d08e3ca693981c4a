package io.ngrid.management.jmx;

import io.ngrid.spi.view.NodeView;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Shows the container's node over JMX, for as long as there is one. */
@Component(
        service = {},
        immediate = true)
public final class ManagementComponent {
    private final NodeBeans beans;

    /** Registers the MXBeans as services; the JMX whiteboard finds them by their property. */
    @Activate
    public ManagementComponent(@Reference NodeView view, BundleContext context) {
        beans = new NodeBeans(view, (objectName, type, bean) -> {
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put("jmx.objectname", objectName);
            ServiceRegistration<?> registration =
                    context.registerService(new String[] {type.getName()}, bean, properties);
            return registration::unregister;
        });
        beans.start();
    }

    /** Takes the MXBeans away. */
    @Deactivate
    public void deactivate() throws InterruptedException {
        beans.close();
    }
}
