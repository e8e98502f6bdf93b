<?php
// SPDX-License-Identifier: Apache-2.0
// PHP's imap extension, the c-client library. Its STLS offers TLS 1.0 and nothing newer.
declare(strict_types=1);

function get(string $name): string { return (string) getenv($name); }

$flags = ['implicit' => '/ssl', 'stls' => '/tls', 'auto' => '', 'clear' => '/notls'][get('POP_WAY')];
$mailbox = '{' . get('POP_NAME') . ':' . get('POP_PORT') . '/pop3' . $flags . '}INBOX';
$pop = imap_open($mailbox, get('POP_USER'), get('POP_PASSWORD'), 0, 1);
if ($pop === false) {
    fwrite(STDERR, implode("\n", imap_errors() ?: []) . "\n");
    exit(1);
}
mkdir('mail');
for ($number = 1; $number <= imap_num_msg($pop); $number++) {
    $message = imap_fetchheader($pop, $number, FT_PREFETCHTEXT) . imap_body($pop, $number);
    file_put_contents("mail/$number", $message);
}
imap_close($pop);
