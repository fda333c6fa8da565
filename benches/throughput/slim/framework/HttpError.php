<?php
declare(strict_types=1);

namespace Bench\Framework;

/** An error that the client is told. */
final class HttpError extends \RuntimeException
{
    /** @param array<string, string> $fields what is wrong with each field */
    public function __construct(public readonly int $status, string $message, public readonly array $fields = [])
    {
        parent::__construct($message);
    }
}
