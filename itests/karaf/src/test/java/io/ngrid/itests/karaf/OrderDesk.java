package io.ngrid.itests.karaf;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The consumer bundle that {@code DeskBundle} makes, in this container, with the file of its queue. It is told what to do in
 * words: the tests share no class with it.
 */
final class OrderDesk {
    /** System property of the container: the bundle's file. */
    static final String JAR = "ngrid.desk";

    private final BundleContext context;

    /** Installs it, if no test has done so before. */
    OrderDesk(BundleContext context) throws Exception {
        this.context = context;
        Path queue = Path.of(System.getProperty("karaf.etc"), "io.ngrid.queue-orders.cfg");
        if (!Files.exists(queue)) {
            Files.writeString(queue, "name = orders\ncodec = kryo\nclasses = io.ngrid.testkit.desk.Order\n");
        }
        context.installBundle("file:" + System.getProperty(JAR)).start();
    }

    /** The component, as soon as it is there: it needs the queue's service. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    Function<String, String> component() throws Exception {
        String filter = "(component.name=desk)";
        await("the desk")
                .atMost(Containers.PATIENCE)
                .until(() ->
                        !context.getServiceReferences(Function.class, filter).isEmpty());
        ServiceReference<Function> found =
                context.getServiceReferences(Function.class, filter).iterator().next();
        return context.getService(found);
    }
}
