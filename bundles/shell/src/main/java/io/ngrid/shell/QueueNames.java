package io.ngrid.shell;

import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;

/** Completes names of queues. */
@Service
public final class QueueNames implements Completer {
    @Reference(optional = true)
    private @Nullable NodeView view;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        List<String> names = view == null
                ? List.of()
                : view.status().queues().stream()
                        .map(NodeStatus.QueueView::name)
                        .toList();
        return new StringsCompleter(names).complete(session, commandLine, candidates);
    }
}
