"""Run the desk: `python -m starter.desk --port 8092`."""

from starter.desk.serving import serve_desk
from starter.serving_program import run_door

if __name__ == "__main__":
    run_door("starter.desk", "Signalbox's desk.", serve_desk)
