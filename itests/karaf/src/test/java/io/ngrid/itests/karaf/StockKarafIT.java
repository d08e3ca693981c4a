package io.ngrid.itests.karaf;

import static org.awaitility.Awaitility.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.features.BundleInfo;
import org.apache.karaf.features.Feature;
import org.apache.karaf.itests.KarafTestSupport;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.junit.After;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;

/** NGrid installs into a Karaf that knows nothing of it, from the KAR. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class StockKarafIT extends KarafTestSupport {
    {
        retry = new Retry(false); // a test that fails is not run again
    }

    @Override
    @Configuration
    public Option[] config() {
        return OptionUtils.combine(
                Containers.stockKaraf(super.config()),
                CoreOptions.systemProperty("ngrid.kar").value(System.getProperty("ngrid.kar")));
    }

    @Test
    public void featureInstallsFromTheKar() throws Exception {
        Set<Bundle> before = Set.of(bundleContext.getBundles());
        offerFeatures();
        assertFeatureNotInstalled("ngrid");

        installAndAssertFeature("ngrid");

        assertEquals(Bundle.ACTIVE, findBundleByName("io.ngrid.node").getState());
        assertEquals(Bundle.ACTIVE, findBundleByName("io.ngrid.shell").getState());
        assertEquals("bundles from elsewhere", List.of(), installedFromElsewhere(before));
        Path etc = Path.of(System.getProperty("karaf.etc"));
        assertTrue(Files.exists(etc.resolve("io.ngrid.queue-default.cfg")));
        assertTrue(Files.exists(etc.resolve("org.apache.karaf.command.acl.ngrid.cfg")));
    }

    /** Without a class of NGrid in this test: it would tie the test's bundle to what is uninstalled. */
    @Test
    public void installingAgainAndAgainLeavesNoThreadBehind() throws Exception {
        offerFeatures();
        for (int i = 0; i < 3; i++) {
            installAndAssertFeature("ngrid");
            await("a node")
                    .atMost(Containers.PATIENCE)
                    .until(() -> bundleContext.getServiceReference("io.ngrid.api.NGridNode") != null);
            assertFalse(threads().isEmpty());

            featureService.uninstallFeature("ngrid");
            assertNull(findBundleByName("io.ngrid.node"));
            await("threads have ended").atMost(Containers.PATIENCE).until(StockKarafIT::threads, List::isEmpty);
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("ngrid-") || name.startsWith("globalEventExecutor"))
                .toList();
    }

    private void offerFeatures() throws Exception {
        if (featureService.getFeature("ngrid") == null) {
            executeCommand(
                    "kar:install " + new File(System.getProperty("ngrid.kar")).toURI(), new RolePrincipal("admin"));
        }
    }

    @After
    public void uninstall() throws Exception {
        if (featureService.isInstalled(featureService.getFeature("ngrid"))) {
            featureService.uninstallFeature("ngrid");
        }
    }

    /** The new bundles that are neither in the KAR nor Karaf's own; Karaf's feature scr is not in its download. */
    private List<String> installedFromElsewhere(Set<Bundle> before) throws Exception {
        Feature scr = featureService.getFeature("scr");
        Set<String> declarativeServices = Stream.concat(
                        scr.getBundles().stream(),
                        scr.getConditional().stream().flatMap(conditional -> conditional.getBundles().stream()))
                .map(BundleInfo::getLocation)
                .collect(Collectors.toSet());
        Set<String> offered = Stream.concat(
                        jars(Path.of(System.getProperty("karaf.data"), "kar")),
                        jars(Path.of(System.getProperty("karaf.home"), "system")))
                .collect(Collectors.toSet());
        return Arrays.stream(bundleContext.getBundles())
                .filter(bundle -> !before.contains(bundle))
                .map(Bundle::getLocation)
                .filter(location -> !declarativeServices.contains(location))
                .filter(location -> !offered.contains(jar(location)))
                .toList();
    }

    private static Stream<String> jars(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    /** Turns mvn:group/artifact/version into the name of the file. */
    private static String jar(String location) {
        String[] parts = location.split("/");
        return parts[1] + "-" + parts[2] + ".jar";
    }
}
