package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:queue-browse. */
@Service
@Command(scope = "ngrid", name = "queue-browse", description = "Shows elements of a queue without taking them")
public final class QueueBrowseCommand extends NodeCommand {
    @Argument(index = 0, name = "queue", required = true, description = "Name of the queue")
    @Completion(QueueNames.class)
    private String queue;

    @Option(name = "--offset", description = "How many elements to pass over")
    private long offset;

    @Option(name = "--max", description = "How many elements to show at most, 1 to 10,000")
    private int max = 100;

    @Option(name = "--no-format", description = "Print without borders and titles, for scripts")
    private boolean noFormat;

    @Override
    void run(NodeView node, PrintStream out) {
        Tables.elements(offset, text(node).browse(queue, offset, max)).print(out, !noFormat);
    }
}
