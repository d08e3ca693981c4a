package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import io.ngrid.spi.view.TextOperations;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** A command on the container's node. The shell shows what it throws in one line. */
abstract class NodeCommand implements Action {
    @Reference
    private Session session;

    @Reference
    private ServiceComponentRuntime components;

    @Reference(optional = true)
    private @Nullable NodeView view;

    @Override
    public final @Nullable Object execute() {
        if (view == null) {
            throw new IllegalStateException("no NGrid node is running here: " + MissingNode.reason(components));
        }
        run(view, session.getConsole());
        return null;
    }

    abstract void run(NodeView node, PrintStream out);

    static TextOperations text(NodeView node) {
        return new TextOperations(node.node());
    }

    static void printAnswer(@Nullable String answer, String otherwise, PrintStream out) {
        out.println(answer == null ? otherwise : answer);
    }
}
