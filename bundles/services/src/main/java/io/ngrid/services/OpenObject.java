package io.ngrid.services;

import io.ngrid.api.NGridNode;
import org.jspecify.annotations.Nullable;

/**
 * A queue or map as one consumer sees it, opened on the node of the moment.
 *
 * @param <S> type of the settings
 */
final class OpenObject<S> implements Target {
    private record Opened<S>(NGridNode node, GridObject.Agreed<S> agreed, Object object) {}

    private final GridObject<S> grid;
    private final Consumer consumer;
    private volatile @Nullable Opened<S> opened;

    OpenObject(GridObject<S> grid, Consumer consumer) {
        this.grid = grid;
        this.consumer = consumer;
    }

    @Override
    public Object on(NGridNode node) {
        GridObject.Agreed<S> agreed = grid.agreed();
        Opened<S> present = opened;
        if (present != null && present.node() == node && present.agreed() == agreed) {
            return present.object();
        }
        Object object = grid.kind().open(node, agreed.settings(), agreed.file(), consumer);
        opened = new Opened<>(node, agreed, object);
        return object;
    }

    @Override
    public String name() {
        return grid.name();
    }

    @Override
    public boolean learn(NGridNode node) {
        return grid.learn(node);
    }

    /** Lets go of a node that went away, and of its classes. */
    void forget(NGridNode node) {
        Opened<S> present = opened;
        if (present != null && present.node() == node) {
            opened = null;
        }
    }

    @Override
    public String toString() {
        return grid.kind().word() + " " + grid.name();
    }
}
