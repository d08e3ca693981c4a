package io.ngrid.shell;

import java.util.Collection;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Why no node is running here, as Declarative Services knows it. */
final class MissingNode {
    private static final String NODE = "io.ngrid.node";

    private MissingNode() {}

    static String reason(ServiceComponentRuntime components) {
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
            if (component.name.equals(NODE)) {
                return reason(components.getComponentConfigurationDTOs(component));
            }
        }
        return "the bundle " + NODE + " is not started; see bundle:list";
    }

    private static String reason(Collection<ComponentConfigurationDTO> nodes) {
        for (ComponentConfigurationDTO node : nodes) {
            if (node.state == ComponentConfigurationDTO.FAILED_ACTIVATION && node.failure != null) {
                return message(node.failure);
            }
        }
        return nodes.isEmpty()
                ? "it has no configuration; put back etc/" + NODE + ".cfg"
                : "see scr:info " + NODE + " and the log";
    }

    /** What a stack trace begins with, without the name of the exception. */
    private static String message(String stackTrace) {
        String first = stackTrace.lines().findFirst().orElse("");
        return first.substring(first.indexOf(": ") + 1).trim();
    }
}
