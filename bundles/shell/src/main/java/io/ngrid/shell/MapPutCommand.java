package io.ngrid.shell;

import io.ngrid.spi.view.NodeView;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** The command ngrid:map-put. */
@Service
@Command(scope = "ngrid", name = "map-put", description = "Puts a value into a map and shows the previous one")
public final class MapPutCommand extends NodeCommand {
    @Argument(index = 0, name = "map", required = true, description = "Name of the map")
    @Completion(MapNames.class)
    private String map;

    @Argument(index = 1, name = "key", required = true, description = "The key")
    private String key;

    @Argument(index = 2, name = "value", required = true, description = "The value")
    private String value;

    @Override
    void run(NodeView node, PrintStream out) {
        printAnswer(text(node).put(map, key, value), "absent", out);
    }
}
