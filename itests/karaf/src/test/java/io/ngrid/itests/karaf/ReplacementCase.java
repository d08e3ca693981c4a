package io.ngrid.itests.karaf;

import static org.awaitility.Awaitility.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.karaf.itests.KarafTestSupport;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.Version;

/** A newer version of one of our bundles: no consumer restarts, and its calls wait. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class ReplacementCase extends KarafTestSupport {
    {
        retry = new Retry(false); // a test that fails is not run again
    }

    @Override
    @Configuration
    public Option[] config() {
        return Containers.assembly(super.config());
    }

    private Ssh shell() throws Exception {
        return new Ssh(getSshPort());
    }

    @Test
    public void H50_transport() throws Exception {
        replace("io.ngrid.transport");
    }

    @Test
    public void H50_election() throws Exception {
        replace("io.ngrid.election");
    }

    @Test
    public void H50_replication() throws Exception {
        replace("io.ngrid.replication");
    }

    @Test
    public void H50_storage() throws Exception {
        replace("io.ngrid.nqueue-storage");
    }

    @Test
    public void H50_node() throws Exception {
        replace("io.ngrid.node");
    }

    @Test
    public void H50_management() throws Exception {
        replace("io.ngrid.management");
    }

    @Test
    public void H50_shell() throws Exception {
        replace("io.ngrid.shell");
    }

    /** While one caller offers all the time, and another takes what comes. */
    private void replace(String name) throws Exception {
        Bundle bundle = findBundleByName(name);
        Function<String, String> desk = new OrderDesk(bundleContext).component();
        String activations = desk.apply("activations");
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger taken = new AtomicInteger();
        FutureTask<Integer> offers = caller(() -> {
            int offered = 0;
            while (!over.get()) {
                offered++;
                assertEquals("true", desk.apply("offer dan " + offered));
            }
            assertEquals("true", desk.apply("offer end 0"));
            return offered;
        });
        FutureTask<Integer> polls = caller(() -> {
            for (String order = desk.apply("poll 60000"); !order.equals("end:0"); order = desk.apply("poll 60000")) {
                assertEquals("dan:" + taken.incrementAndGet(), order);
            }
            return taken.get();
        });
        await().atMost(Containers.PATIENCE).until(() -> taken.get() > 0 || offers.isDone());

        CountDownLatch refreshed = new CountDownLatch(1); // the command does not wait for it
        bundleContext.addFrameworkListener(event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        Version version = newer(bundle.getVersion());
        shell().succeed("bundle:update --refresh " + bundle.getBundleId() + " "
                + upgrade(bundle, version).toUri());
        assertTrue("packages refreshed", refreshed.await(60, TimeUnit.SECONDS));
        int before = taken.get();
        await().atMost(Containers.PATIENCE).until(() -> taken.get() > before || offers.isDone());
        over.set(true);

        int offered = offers.get(60, TimeUnit.SECONDS);
        assertEquals(Integer.valueOf(offered), polls.get(60, TimeUnit.SECONDS));
        System.out.println("ReplacementCase: " + offered + " orders while " + name + " was replaced");
        assertEquals(version, bundle.getVersion());
        assertEquals(Bundle.ACTIVE, bundle.getState());
        assertSame(desk, new OrderDesk(bundleContext).component());
        assertEquals(activations, desk.apply("activations"));
    }

    private static <T> FutureTask<T> caller(Callable<T> calls) {
        FutureTask<T> task = new FutureTask<>(calls);
        Thread thread = new Thread(task, "caller");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static Version newer(Version version) {
        return new Version(version.getMajor(), version.getMinor(), version.getMicro() + 1);
    }

    /** The bundle's own jar with another version. */
    private static Path upgrade(Bundle bundle, Version version) throws IOException {
        Path upgrade =
                Path.of(System.getProperty("karaf.data"), "tmp", bundle.getSymbolicName() + "-" + version + ".jar");
        try (JarInputStream in = new JarInputStream(Files.newInputStream(installed(bundle)))) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue(Constants.BUNDLE_VERSION, version.toString());
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(upgrade), manifest)) {
                for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
        return upgrade;
    }

    /** Where the system repository has mvn:group/artifact/version. */
    private static Path installed(Bundle bundle) {
        String[] parts = bundle.getLocation().substring("mvn:".length()).split("/", -1);
        return Path.of(
                System.getProperty("karaf.home"),
                "system",
                parts[0].replace('.', '/'),
                parts[1],
                parts[2],
                parts[1] + "-" + parts[2] + ".jar");
    }
}
