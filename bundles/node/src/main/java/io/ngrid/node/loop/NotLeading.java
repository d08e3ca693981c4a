package io.ngrid.node.loop;

import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.client.Response.Refused;
import io.ngrid.spi.Member;

/** How a node that does not lead answers proxies that think it does: at once, so that they ask the right one [S4]. */
final class NotLeading {
    private static final String MESSAGE = "this node does not lead";

    private NotLeading() {}

    static void refuse(Member from, Request request, ReplicatedGroup.Host host) {
        if (request instanceof Request.Write write) {
            host.respond(
                    from, new Response.NotExecuted(write.session(), write.sequence(), Refused.NOT_LEADER, MESSAGE));
        } else if (request instanceof Request.Read read) {
            host.respond(from, new Response.NotAnswered(read.read(), Refused.NOT_LEADER, MESSAGE));
        }
    }
}
