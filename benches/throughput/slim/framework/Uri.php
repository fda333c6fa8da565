<?php
declare(strict_types=1);

namespace Bench\Framework;

/** An address. */
final class Uri
{
    private function __construct(
        private string $scheme,
        private string $host,
        private string $path,
        private string $query,
    ) {
    }

    public static function parse(string $scheme, string $host, string $target): self
    {
        $parts = parse_url($scheme . '://' . $host . $target);
        if ($parts === false) {
            throw new HttpError(400, 'invalid address');
        }
        return new self($scheme, $parts['host'] ?? '', $parts['path'] ?? '/', $parts['query'] ?? '');
    }

    public function getScheme(): string
    {
        return $this->scheme;
    }

    public function getHost(): string
    {
        return $this->host;
    }

    public function getPath(): string
    {
        return $this->path;
    }

    public function getQuery(): string
    {
        return $this->query;
    }
}
