package io.ngrid.itests.processes;

import io.ngrid.demo.KarafCluster;
import io.ngrid.demo.KarafInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Karaf processes of a test; at its end all are killed, and their logs are shown if it failed. */
final class KarafNodes implements BeforeEachCallback, AfterEachCallback {
    private final List<KarafInstance> instances = new ArrayList<>();
    private Path directory = Path.of("");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("karaf-").toAbsolutePath();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        instances.forEach(KarafInstance::kill);
        if (context.getExecutionException().isPresent()) {
            for (KarafInstance instance : instances) {
                Leftovers.show(instance.base().resolve("data/log/karaf.log"));
            }
            System.err.println("---- all of it is in " + directory);
        } else {
            Leftovers.delete(directory);
        }
        instances.clear();
        Leftovers.assertNoProcess(directory);
    }

    Path directory() {
        return directory;
    }

    /** Our distribution, three times. */
    KarafCluster assembly(String queue) throws IOException {
        KarafCluster cluster = new KarafCluster(
                Path.of("../../karaf-assembly/target/assembly").toAbsolutePath().normalize(), directory);
        cluster.layOut(3, queue);
        cluster.instances().forEach(this::add);
        return cluster;
    }

    /** One that the test lays out itself. */
    KarafInstance add(KarafInstance instance) {
        instance.runOn(Path.of(System.getProperty("ngrid.karaf.java.home")));
        instances.add(instance);
        return instance;
    }
}
