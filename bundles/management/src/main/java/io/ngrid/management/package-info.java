/**
 * The MXBeans of domain {@code io.ngrid}, for clients that use proxies: {@code type=Node,node=<id>},
 * {@code type=Peer,node=<id>,peer=<id>}, {@code type=Queue,node=<id>,name=<queue>},
 * {@code type=Map,node=<id>,name=<map>}.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.ngrid.management;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
