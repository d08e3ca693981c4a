package io.ngrid.demo;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/** Reads a node's MBeans over a JMX connection, as JConsole does. Keeps the connection while it works. */
public final class NodeProbe implements AutoCloseable {
    private final KarafInstance instance;
    private @Nullable JMXConnector connector;

    /**
     * Makes a probe; it connects when it is first used.
     *
     * @param instance the container
     */
    public NodeProbe(KarafInstance instance) {
        this.instance = instance;
    }

    /**
     * Attributes of the node's MBean.
     *
     * @param names the attributes
     * @return their values, or null if the node does not answer
     */
    public @Nullable Map<String, Object> node(String... names) {
        return attributes("io.ngrid:type=Node,node=" + instance.nodeId(), names);
    }

    /**
     * Attributes of a queue's MBean.
     *
     * @param queue the queue's name
     * @param names the attributes
     * @return their values, or null if the node does not answer
     */
    public @Nullable Map<String, Object> queue(String queue, String... names) {
        return attributes("io.ngrid:type=Queue,node=" + instance.nodeId() + ",name=" + queue, names);
    }

    private @Nullable Map<String, Object> attributes(String objectName, String... names) {
        if (!instance.isAlive()) {
            close();
            return null;
        }
        try {
            MBeanServerConnection server = connect();
            Map<String, Object> values = new HashMap<>();
            for (Attribute attribute :
                    server.getAttributes(new ObjectName(objectName), names).asList()) {
                values.put(attribute.getName(), attribute.getValue());
            }
            return values.size() == names.length ? values : null;
        } catch (IOException | SecurityException e) {
            close(); // not up yet, or just killed: the next call connects anew
            return null;
        } catch (JMException e) {
            return null; // the MBean is not there yet
        }
    }

    @SuppressWarnings("BanJNDI") // a fixed address on loopback
    private MBeanServerConnection connect() throws IOException {
        JMXConnector open = connector;
        if (open == null) {
            open = JMXConnectorFactory.connect(
                    new JMXServiceURL(instance.jmxUrl()),
                    Map.of(JMXConnector.CREDENTIALS, new String[] {"karaf", "karaf"}));
            connector = open;
        }
        return open.getMBeanServerConnection();
    }

    @Override
    public void close() {
        JMXConnector open = connector;
        connector = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // the other end is gone: nothing left to close
            }
        }
    }
}
