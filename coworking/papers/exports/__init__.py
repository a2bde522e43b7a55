"""What accountants import: the same books as CSV, as Norway's SAF-T and as France's FEC."""
