package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:status. */
@Service
@Command(scope = "ngrid", name = "status", description = "Shows the state of this node")
public final class StatusCommand extends NodeCommand {
    @Option(name = "--no-format", description = "Print without borders and titles, for scripts")
    private boolean noFormat;

    @Override
    void run(NodeView node, PrintStream out) {
        Tables.status(node.status()).print(out, !noFormat);
    }
}
