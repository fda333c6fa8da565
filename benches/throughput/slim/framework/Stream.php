<?php
declare(strict_types=1);

namespace Bench\Framework;

/** A body, over a PHP stream. */
final class Stream
{
    /** @param resource $handle */
    public function __construct(private $handle)
    {
    }

    public static function of(string $text): self
    {
        $handle = fopen('php://temp', 'r+');
        fwrite($handle, $text);
        rewind($handle);
        return new self($handle);
    }

    public function getContents(): string
    {
        rewind($this->handle);
        return (string) stream_get_contents($this->handle);
    }

    public function write(string $text): int
    {
        return (int) fwrite($this->handle, $text);
    }
}
