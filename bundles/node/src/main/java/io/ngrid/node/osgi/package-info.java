/** The node as a Declarative Services component, PID io.ngrid.node. */
@Capability(
        namespace = "osgi.service",
        attribute = {
            "objectClass:List<String>=\"io.ngrid.api.NGridNode\"",
            "effective:=active",
            "uses:=\"io.ngrid.api\""
        })
@Capability(
        namespace = "osgi.service",
        attribute = {
            "objectClass:List<String>=\"io.ngrid.spi.view.NodeView\"",
            "effective:=active",
            "uses:=\"io.ngrid.spi.view\""
        })
@NullMarked
package io.ngrid.node.osgi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Capability;
