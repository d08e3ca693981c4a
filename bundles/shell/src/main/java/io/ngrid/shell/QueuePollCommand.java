package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:queue-poll. */
@Service
@Command(scope = "ngrid", name = "queue-poll", description = "Takes the head of a queue")
public final class QueuePollCommand extends NodeCommand {
    @Argument(index = 0, name = "queue", required = true, description = "Name of the queue")
    @Completion(QueueNames.class)
    private String queue;

    @Override
    void run(NodeView node, PrintStream out) {
        printAnswer(text(node).poll(queue), "empty", out);
    }
}
