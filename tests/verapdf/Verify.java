import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Checks one file after the other, each named on a line of the input after its flavour: starting takes longer than
 * checking. Prints how many checks were made, a line for each that failed, and "end".
 */
public class Verify {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] words = line.split(" ", 2);
            check(PDFAFlavour.byFlavourId(words[0]), words[1]);
            System.out.println("end");
            System.out.flush();
        }
    }

    static void check(PDFAFlavour flavour, String path) throws Exception {
        try (InputStream file = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            System.out.println("checks " + result.getTotalAssertions());
            for (TestAssertion check : result.getTestAssertions()) {
                if (check.getStatus() == TestAssertion.Status.FAILED) {
                    String clause = check.getRuleId().getClause() + "-" + check.getRuleId().getTestNumber();
                    System.out.println("failed " + clause + " " + check.getMessage().split("\n")[0]);
                }
            }
        }
    }
}
