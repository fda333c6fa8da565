<?php
// A token as JWT::encode of firebase/php-jwt makes it: {header, claims, alg, secret} on standard input, the token out.
// For RS256 a fresh key pair signs.

function encode(string $bytes): string
{
    return str_replace('=', '', strtr(base64_encode($bytes), '+/', '-_'));
}

$wish = json_decode(stream_get_contents(STDIN), false, 512, JSON_THROW_ON_ERROR);
$header = array_merge(['typ' => 'JWT'], (array) ($wish->header ?? []), ['alg' => $wish->alg]);
$message = encode(json_encode($header, JSON_UNESCAPED_SLASHES))
    . '.' . encode(json_encode($wish->claims, JSON_UNESCAPED_SLASHES));

switch ($wish->alg) {
    case 'none':
        $signature = '';
        break;
    case 'RS256':
        $pair = openssl_pkey_new(['private_key_bits' => 2048]);
        openssl_sign($message, $signature, $pair, 'SHA256');
        break;
    case 'HS512':
        $signature = hash_hmac('SHA512', $message, $wish->secret, true);
        break;
    default:
        $signature = hash_hmac('SHA256', $message, $wish->secret, true);
}

echo $message . '.' . encode($signature);
