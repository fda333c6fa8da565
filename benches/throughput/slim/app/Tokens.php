<?php
declare(strict_types=1);

namespace Bench\App;

use Bench\Framework\HttpError;

/** Verifies access tokens: JWT with HS256. */
final class Tokens
{
    public function __construct(private string $secret)
    {
    }

    /** @return array<string, mixed> the claims */
    public function verify(string $token): array
    {
        $parts = explode('.', $token);
        if (count($parts) !== 3) {
            throw new HttpError(401, 'invalid token');
        }
        [$head, $claims, $signature] = $parts;
        if (($this->decode($head)['alg'] ?? '') !== 'HS256') {
            throw new HttpError(401, 'invalid token');
        }
        $expected = hash_hmac('sha256', "$head.$claims", $this->secret, true);
        if (!hash_equals($expected, $this->bytes($signature))) {
            throw new HttpError(401, 'invalid token');
        }
        $claims = $this->decode($claims);
        if (($claims['exp'] ?? 0) < time() || ($claims['nbf'] ?? 0) > time()) {
            throw new HttpError(401, 'expired token');
        }
        return $claims;
    }

    private function decode(string $part): array
    {
        $value = json_decode($this->bytes($part), true);
        return is_array($value) ? $value : throw new HttpError(401, 'invalid token');
    }

    private function bytes(string $part): string
    {
        return (string) base64_decode(strtr($part, '-_', '+/'));
    }
}
