package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:queue-offer. */
@Service
@Command(scope = "ngrid", name = "queue-offer", description = "Appends a text to a queue")
public final class QueueOfferCommand extends NodeCommand {
    @Argument(index = 0, name = "queue", required = true, description = "Name of the queue")
    @Completion(QueueNames.class)
    private String queue;

    @Argument(index = 1, name = "text", required = true, description = "The element")
    private String text;

    @Override
    void run(NodeView node, PrintStream out) {
        out.println(text(node).offer(queue, text) ? "offered" : "full");
    }
}
