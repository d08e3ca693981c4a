package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:map-get. */
@Service
@Command(scope = "ngrid", name = "map-get", description = "Shows a value of a map")
public final class MapGetCommand extends NodeCommand {
    @Argument(index = 0, name = "map", required = true, description = "Name of the map")
    @Completion(MapNames.class)
    private String map;

    @Argument(index = 1, name = "key", required = true, description = "The key")
    private String key;

    @Override
    void run(NodeView node, PrintStream out) {
        printAnswer(text(node).get(map, key), "absent", out);
    }
}
