package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:queue-list. */
@Service
@Command(scope = "ngrid", name = "queue-list", description = "Lists the queues")
public final class QueueListCommand extends NodeCommand {
    @Option(name = "--no-format", description = "Print without borders and titles, for scripts")
    private boolean noFormat;

    @Override
    void run(NodeView node, PrintStream out) {
        Tables.queues(node.status()).print(out, !noFormat);
    }
}
