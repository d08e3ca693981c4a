package io.ngrid.itests.karaf;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.List;
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

/** Our distribution boots with NGrid in it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class BootCase extends KarafTestSupport {
    {
        retry = new Retry(false); // a test that fails is not run again
    }

    @Override
    @Configuration
    public Option[] config() {
        return Containers.assembly(super.config());
    }

    @Test
    public void featureIsInstalled() throws Exception {
        assertFeatureInstalled("ngrid");
        assertFeatureInstalled("ngrid-core");
    }

    @Test
    public void everyBundleIsActive() {
        List<String> others = Arrays.stream(bundleContext.getBundles())
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .filter(bundle -> bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null)
                .map(Bundle::getSymbolicName)
                .toList();

        assertEquals(List.of(), others);
    }

    @Test
    public void repositoryIsKnownByName() {
        assertContains("ngrid", executeCommand("feature:repo-list"));
        assertContains("mvn:io.ngrid/ngrid-features", executeCommand("feature:repo-add ngrid"));
    }

    @Test
    public void examplesInstallFromTheSystemRepository() throws Exception {
        installAndAssertFeature("ngrid-examples");
    }
}
