<?php
declare(strict_types=1);

namespace Bench\Framework;

final class Response extends Message
{
    private int $status = 200;

    public static function json(mixed $data, int $status = 200): self
    {
        $body = Stream::of(json_encode($data, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES));
        return (new self([], $body))->withStatus($status)->withHeader('Content-Type', 'application/json');
    }

    public function getStatusCode(): int
    {
        return $this->status;
    }

    public function withStatus(int $status): self
    {
        $copy = clone $this;
        $copy->status = $status;
        return $copy;
    }
}
