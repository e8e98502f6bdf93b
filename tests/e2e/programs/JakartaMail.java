// SPDX-License-Identifier: Apache-2.0
// Jakarta Mail's POP3 provider.

import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.BufferedOutputStream;
import java.io.FileInputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

class JakartaMail {
  public static void main(String[] arguments) throws Exception {
    boolean implicit = env("POP_WAY").equals("implicit");
    String protocol = implicit ? "pop3s" : "pop3";
    Properties properties = new Properties();
    String prefix = "mail." + protocol + ".";
    if (env("POP_WAY").equals("stls")) {
      properties.put(prefix + "starttls.enable", "true");
      properties.put(prefix + "starttls.required", "true");
    }
    if (env("POP_WAY").equals("auto")) {
      properties.put(prefix + "starttls.enable", "true");
    }
    properties.put(prefix + "ssl.socketFactory", trusting(env("POP_CA")));
    Store store = Session.getInstance(properties).getStore(protocol);
    store.connect(env("POP_HOST"), Integer.parseInt(env("POP_PORT")), env("POP_USER"),
                  env("POP_PASSWORD"));
    Folder folder = store.getFolder("INBOX");
    folder.open(Folder.READ_ONLY);
    Files.createDirectory(Path.of("mail"));
    for (Message message : folder.getMessages()) {
      Path path = Path.of("mail", Integer.toString(message.getMessageNumber()));
      try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(path))) {
        message.writeTo(file);
      }
    }
    folder.close(false);
    store.close();
  }

  private static String env(String name) {
    return System.getenv(name);
  }

  private static SSLSocketFactory trusting(String authority) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (FileInputStream file = new FileInputStream(authority)) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }
}
