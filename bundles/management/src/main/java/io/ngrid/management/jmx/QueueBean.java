package io.ngrid.management.jmx;

import io.ngrid.management.QueueMXBean;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import io.ngrid.spi.view.TextOperations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue. Attributes never wait; operations wait for the cluster. */
final class QueueBean extends DescribedMBean implements QueueMXBean {
    private final NodeView view;
    private final String name;

    QueueBean(NodeView view, String name) {
        super(QueueMXBean.class);
        this.view = view;
        this.name = name;
    }

    private NodeStatus.QueueView applied() {
        for (NodeStatus.QueueView candidate : view.status().queues()) {
            if (candidate.name().equals(name)) {
                return candidate;
            }
        }
        throw new IllegalStateException("the queue " + name + " is gone");
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getCodec() {
        return applied().codec();
    }

    @Override
    public long getSize() {
        return applied().size();
    }

    @Override
    public long getCapacity() {
        return applied().capacity();
    }

    @Override
    public String getFullPolicy() {
        return applied().fullPolicy().name();
    }

    @Override
    public long getOffered() {
        return applied().offered();
    }

    @Override
    public long getPolled() {
        return applied().polled();
    }

    @Override
    public long getWaiters() {
        return applied().waiters();
    }

    @Override
    public boolean offerText(String text) {
        return operation(() -> new TextOperations(view.node()).offer(name, text));
    }

    @Override
    public @Nullable String pollText() {
        return operation(() -> new TextOperations(view.node()).poll(name));
    }

    @Override
    public @Nullable String peekText() {
        return operation(() -> new TextOperations(view.node()).peek(name));
    }

    @Override
    public List<String> browse(long offset, int max) {
        return operation(() -> new TextOperations(view.node()).browse(name, offset, max));
    }
}
