package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.replication.ReplicationEffect;
import java.util.ArrayList;
import java.util.List;

/**
 * What one event leads to: changes of the log, then messages [R4], then what this node learns. So whoever carries an
 * effect out may hand the next event in at once: the log is as the core left it, and requests leave in their order.
 */
final class Effects {
    private final List<ReplicationEffect> changes = new ArrayList<>();
    private final List<ReplicationEffect> messages = new ArrayList<>();
    private final List<ReplicationEffect> news = new ArrayList<>();

    void change(ReplicationEffect effect) {
        changes.add(effect);
    }

    void send(Member to, Message message) {
        send(to.node(), message);
    }

    void send(NodeId to, Message message) {
        messages.add(new ReplicationEffect.Send(to, message));
    }

    void tell(ReplicationEffect effect) {
        news.add(effect);
    }

    List<ReplicationEffect> list() {
        List<ReplicationEffect> all = new ArrayList<>(changes);
        all.addAll(messages);
        all.addAll(news);
        return List.copyOf(all);
    }
}
