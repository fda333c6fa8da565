<?php
declare(strict_types=1);

namespace Bench\Framework;

/** A middleware with what comes after it. */
final class Chain implements Handler
{
    public function __construct(private Container $container, private string $middleware, private Handler $next)
    {
    }

    public function handle(Request $request): Response
    {
        return $this->container->get($this->middleware)->process($request, $this->next);
    }
}
