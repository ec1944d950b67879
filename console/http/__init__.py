"""Owns the service door: what can be asked of moziplus over HTTP. It parses, asks one command, and shows its struct.

Only `moziplus serve` imports it; Starlette and uvicorn come with `moziplus[serve]`.
"""
