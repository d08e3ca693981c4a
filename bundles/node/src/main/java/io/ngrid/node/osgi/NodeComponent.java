package io.ngrid.node.osgi;

import java.util.Map;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The configuration of the container's node. A node that cannot start fails the activation, so that {@code scr:list} shows
 * it.
 *
 * <p>It has no modified method: Declarative Services would tell a component that failed of no further change. Without one, it
 * activates a new component with each change.
 */
@Component(
        service = {},
        immediate = true,
        name = "io.ngrid.node",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NodeKeys.class)
public final class NodeComponent {
    @Reference
    private NodeRunner node;

    @Activate
    void activate(Map<String, ?> properties) {
        node.follow(properties);
    }

    @Deactivate
    void deactivate(int reason) {
        if (reason != ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_MODIFIED) {
            node.stop();
        } // else the next one is activated at once, unless the runner goes, which stops the node
    }
}
