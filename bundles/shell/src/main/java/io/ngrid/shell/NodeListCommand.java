package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:node-list. */
@Service
@Command(scope = "ngrid", name = "node-list", description = "Lists the nodes of the cluster, as this one sees them")
public final class NodeListCommand extends NodeCommand {
    @Option(name = "--no-format", description = "Print without borders and titles, for scripts")
    private boolean noFormat;

    @Override
    void run(NodeView node, PrintStream out) {
        Tables.nodes(node.status()).print(out, !noFormat);
    }
}
