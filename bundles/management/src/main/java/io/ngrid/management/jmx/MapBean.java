package io.ngrid.management.jmx;

import io.ngrid.management.MapMXBean;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import io.ngrid.spi.view.TextOperations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A map. Attributes never wait; operations wait for the cluster. */
final class MapBean extends DescribedMBean implements MapMXBean {
    private final NodeView view;
    private final String name;

    MapBean(NodeView view, String name) {
        super(MapMXBean.class);
        this.view = view;
        this.name = name;
    }

    private NodeStatus.MapView applied() {
        for (NodeStatus.MapView candidate : view.status().maps()) {
            if (candidate.name().equals(name)) {
                return candidate;
            }
        }
        throw new IllegalStateException("the map " + name + " is gone");
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getKeyCodec() {
        return applied().keyCodec();
    }

    @Override
    public String getValueCodec() {
        return applied().valueCodec();
    }

    @Override
    public long getSize() {
        return applied().size();
    }

    @Override
    public long getBytes() {
        return applied().bytes();
    }

    @Override
    public long getPuts() {
        return applied().puts();
    }

    @Override
    public long getRemoves() {
        return applied().removes();
    }

    @Override
    public @Nullable String getText(String key) {
        return operation(() -> new TextOperations(view.node()).get(name, key));
    }

    @Override
    public @Nullable String putText(String key, String value) {
        return operation(() -> new TextOperations(view.node()).put(name, key, value));
    }

    @Override
    public @Nullable String removeText(String key) {
        return operation(() -> new TextOperations(view.node()).remove(name, key));
    }

    @Override
    public List<String> keys(int max) {
        return operation(() -> new TextOperations(view.node()).keys(name, max));
    }
}
